provider "terraform.example/acme/inner" {
  version = "0.1.0"
}
provider "terraform.example/acme/inner" {
  version = "0.2.0"
}
