source "https://gems.example"
gem "opal", "~> 1.2", group: :test
