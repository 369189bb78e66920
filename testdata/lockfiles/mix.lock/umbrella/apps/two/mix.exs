defmodule Two do
  def project, do: [app: :two]
  defp deps do
    [{:birch, "~> 1.0", only: :test}]
  end
end
