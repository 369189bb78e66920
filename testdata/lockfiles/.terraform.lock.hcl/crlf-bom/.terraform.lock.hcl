provider "terraform.example/acme/inner" {
  version = "0.1.0"
  hashes = [
    "h1:aaaa=",
  ]
}
