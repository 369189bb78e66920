provider "terraform.example/acme/inner" {
<<<<<<< HEAD
  version = "0.1.0"
=======
  version = "0.2.0"
>>>>>>> topic
}
