provider "terraform.example/acme/inner" {
  version = "1.${1 + 1}.0"
}
