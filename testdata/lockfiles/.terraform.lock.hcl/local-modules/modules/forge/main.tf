terraform {
  required_providers {
    anvil = { source = "acme/anvil" }
  }
}

module "inner" { source = "./inner" }
