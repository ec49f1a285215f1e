"use strict";

const { createRequire } = require("node:module");

// gRPC and the protobuf runtime belong to @pulumi/pulumi, not to this package: they are found from there.
const requireFromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** The gRPC library that `@pulumi/pulumi` uses. */
exports.grpc = requireFromSdk("@grpc/grpc-js");

/** The definition of the `pulumirpc.Analyzer` service. */
exports.AnalyzerService = requireFromSdk("./proto/analyzer_grpc_pb.js").AnalyzerService;

/** `google.protobuf.Empty`. */
exports.Empty = requireFromSdk("google-protobuf/google/protobuf/empty_pb.js").Empty;

/** The definition of the `pulumirpc.LanguageRuntime` service. */
exports.LanguageRuntimeService = requireFromSdk("./proto/language_grpc_pb.js").LanguageRuntimeService;

/** The messages of `pulumirpc.LanguageRuntime`. */
exports.messages = requireFromSdk("./proto/language_pb.js");

/** `pulumirpc.PluginInfo`. */
exports.PluginInfo = requireFromSdk("./proto/plugin_pb.js").PluginInfo;

/** The version of the `@pulumi/pulumi` whose stubs these are. */
exports.stubsVersion = requireFromSdk("./package.json").version;
