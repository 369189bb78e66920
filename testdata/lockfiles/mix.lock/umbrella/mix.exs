defmodule U do
  def project, do: [apps_path: "apps", deps: [{:cedar, "~> 1.0"}]]
end
