terraform {
  required_providers {
    chisel = { source = "acme/chisel" }
  }
}
