// swift-tools-version:6.0
import PackageDescription

let package = Package(
  name: "grove",
  dependencies: [
    .package(url: "https://git.example/trees/amber", from: "1.0.0"),
  ]
)
