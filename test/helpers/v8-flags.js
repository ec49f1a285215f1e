"use strict";

// Pulumi's SDK sets this flag while it loads. What one process has compiled before, another that loads the same file after
// could not use.
require("node:v8").setFlagsFromString("--allow-natives-syntax");
