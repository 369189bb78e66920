terraform {
  required_version = ">= 1.5"
  required_providers {
    clouds = {
      source  = "acme/clouds"
      version = "${"~>"} 3.33"
    }
    late = "2.0.0-beta1"
  }
}
