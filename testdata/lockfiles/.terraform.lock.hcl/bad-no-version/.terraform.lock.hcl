provider "terraform.example/acme/inner" {
  hashes = ["h1:abc"]
}
