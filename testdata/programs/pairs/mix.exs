defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      app: :shop,
      # v2: version: "0.2.0",
      version: "0.1.0", # v1
      elixir: "~> 1.14",
      deps: []
    ]
  end

  def application, do: [extra_applications: [:logger]]
end
