provider "terraform.example/acme/inner" {
  version = "0.1ÿ.0"
}
