// swift-tools-version:5.5
import PackageDescription

let package = Package(
    name: "Grove",
    dependencies: [
        .package(name: "Amber", url: "https://git.example/trees/amber", .upToNextMajor(from: "1.0.0")), // not the end: )
        /* .package(url: "https://git.example/trees/elm", from: "1.0.0"), /* nested */ */
        // .package(url: "https://git.example/trees/elm", from: "1.0.0"),
        .package(id: "acme.cedar", from: "0.3.0"),
        .package(path: "../local"),
        .package(url: birchURL, branch: "main"),
        .package(
            url: "https://git.example/trees/absent.git",
            exact: "1.0.0"
        ),
    ],
    targets: [
        .target(name: "Grove", dependencies: ["Amber", .product(name: "Elm", package: "elm")]),
    ]
)
let text = ".package(url: \"https://git.example/trees/elm\", from: \"1.0.0\")"
