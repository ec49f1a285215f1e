"use strict";

const { setFlagsFromString } = require("node:v8");

// Pulumi's SDK sets this flag while it loads. What one process has compiled before, another that loads the same file after
// could not use.
setFlagsFromString("--allow-natives-syntax");

// A command of a test ends before code pays off that was optimized for it: an `up` takes a twelfth less processor time without.
setFlagsFromString("--no-opt");
setFlagsFromString("--no-maglev");
