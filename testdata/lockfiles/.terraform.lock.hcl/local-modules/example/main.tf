module "forge" {
  source = "../modules/forge"
  rooms = {
    source = "../modules/elsewhere"
  }
}

module "outside" { source = "../../outside" }

module "remote" {
  source  = "acme/remote/any"
  version = "1.0.0"
}
