# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/acme/clouds" {
  version     = "3.36.0"
  constraints = ">= 3.0.0, ~> 3.33"
  hashes = [
    "h1:KL3jLlJjk3d9/IoXqDWmsBglsLIYRL8ieAEG0Zl+3fE=",
    "zh:17b1e924f1efc0084823bbcdd9565b6b7018b17e8471f65fc59c2d9617e28b60",
    "zh:1fd5dfe2d22db93c576c2f328b4a9cf28e09b88496888a54a25325c638a69bec",
  ]
}

provider "registry.terraform.io/hashicorp/dice" {
  version = "3.1.0"
}

provider "registry.terraform.io/hashicorp/late" {
  version     = "2.0.0-beta1"
  constraints = "2.0.0-beta1"
  hashes      = ["h1:Htn3w+kMuggvB3ErfMk+wANaSQZkigSr4r77vb5K2/k="]
}

provider "terraform.example/acme/inner" {
  version = "0.1.0"
  hashes = [ # a comment
    "zh:6e89509d056091266532fa64de8c06950010498adf9070bf6ff85bc485a82562"
    , /* another */ "zh:78d5eefdd9e494defcb3c68d282b8f96630502cac21d1ea161f53cfe9bb483b3"
  ]
}
