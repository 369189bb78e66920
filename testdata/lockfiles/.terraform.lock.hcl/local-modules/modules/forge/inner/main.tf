terraform {
  required_providers {
    bellows = { source = "acme/bellows" }
  }
}

# A circle, which Terraform would refuse.
module "outer" { source = "../" }
