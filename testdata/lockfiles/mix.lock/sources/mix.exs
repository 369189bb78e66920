defmodule Grove.MixProject do
  use Mix.Project

  @moduledoc """
  {:not_a_dependency, "~> 1.0"}
  """

  def project do
    [app: :grove, version: "0.1.0", deps: deps(), aliases: [deps: {:nor_this, "1.0"}]]
  end

  def application, do: [mod: {Grove.Application, []}]

  # {:commented_out, "~> 1.0"}
  defp deps do
    [
      {:amber, "~> 1.2"},
      {:dogwood, git: "https://git.example/trees/dogwood.git", tag: "v0.9.0"},
      {:elm, "~> #{@elm}", git: "https://git.example/trees/elm.git", sparse: "apps/elm"},
      {:fir, git: "git@git.example:trees/fir.git", only: [:prod, :dev]},
      {:hazel, "~> 0.1", only: [:dev, :test], runtime: false},
      {:cedar_app, ">= 0.0.0", hex: :cedar, organization: "acme", only: :test},
      {:here, path: "here"},
      {:sibling, in_umbrella: true}
    ] ++ if(System.get_env("X"), do: [{:absent, "~> 3.0"}], else: [])
  end

  defp other do
    [{:not_this_either, "~> 1.0"}]
  end
end
