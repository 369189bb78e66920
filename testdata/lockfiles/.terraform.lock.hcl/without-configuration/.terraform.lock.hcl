provider "registry.opentofu.org/acme/clouds" {
  version     = "1.0.0"
  constraints = "~> 1.0"
  hashes = [
    "h1:KL3jLlJjk3d9/IoXqDWmsBglsLIYRL8ieAEG0Zl+3fE=",
  ]
}
