provider "registry.terraform.io/acme/anvil" {
  version = "1.2.0"
  hashes = [
    "zh:1111111111111111111111111111111111111111111111111111111111111111",
  ]
}

provider "registry.terraform.io/acme/bellows" {
  version = "1.2.0"
  hashes = [
    "zh:2222222222222222222222222222222222222222222222222222222222222222",
  ]
}

provider "registry.terraform.io/acme/chisel" {
  version = "1.2.0"
  hashes = [
    "zh:3333333333333333333333333333333333333333333333333333333333333333",
  ]
}
