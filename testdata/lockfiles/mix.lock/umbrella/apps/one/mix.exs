defmodule One do
  def project, do: [app: :one, lockfile: "../../mix.lock", deps: deps()]
  def deps(), do: [{:amber, "~> 1.0"}, {:two, in_umbrella: true}]
end
