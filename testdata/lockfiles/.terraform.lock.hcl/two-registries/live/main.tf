provider "dice" {}

provider "clouds" {
  default_tags { tags = { note = <<-EOT
    provider "inner" {
    EOT
  } }
}

# provider "inner" {
resource "clouds_thing" "a" {
  name = "x-${lookup(var.names, "a", "}")}"
}
