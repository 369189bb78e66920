// swift-tools-version:6.0
import PackageDescription

let package = Package(
  name: "tools",
  dependencies: [
    .package(url: "https://git.example/trees/birch", from: "1.0.0"),
  ]
)
