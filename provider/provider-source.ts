/**
 * The text that Pulumi stores in every resource and that its dynamic-provider process evaluates to reach our handlers.
 *
 * It is a constant instead of a serialised closure, so that state stays small and an upgrade of the package, of Node.js
 * or of the compiler never shows as a diff. It can never change: states written with it live for ever.
 */
export const providerSource =
  'exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-fluents/runtime")';
