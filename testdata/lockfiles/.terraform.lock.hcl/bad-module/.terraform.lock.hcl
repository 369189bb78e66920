module "x" {
  version = "0.1.0"
}
