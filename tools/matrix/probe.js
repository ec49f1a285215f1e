"use strict";

// Required by every Node.js process of a cell, to say from inside which version runs which script.
require("node:fs").appendFileSync(
  process.env.PULUMI_FLUENTS_MATRIX_LOG,
  `${process.versions.node} ${process.argv[1]}\n`,
);
