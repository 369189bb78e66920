provider "terraform.example/acme/inner" {
  version = 1.0
}
