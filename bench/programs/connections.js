/** The connections that every program declares; the environment says how many, and which of them are rotated. */
function describeConnections() {
  const { BENCH_COUNT, BENCH_ROTATION = "none" } = process.env;
  return Array.from({ length: Number(BENCH_COUNT) }, (_, index) => {
    const isRotated = BENCH_ROTATION === "all" || (BENCH_ROTATION === "one" && index === 0);
    return {
      name: `twilio-${index}`,
      type: "account_connection_twilio",
      label: `Twilio ${index}`,
      credentials: {
        twilio_account_sid: `AC${String(index).padStart(32, "0")}`,
        twilio_auth_token: `${isRotated ? "new" : "old"}-auth-token-${index}`.padEnd(32, "0"),
      },
      steeringPool: [`+1415555${String(index).padStart(4, "0")}`],
    };
  });
}

module.exports = { describeConnections };
