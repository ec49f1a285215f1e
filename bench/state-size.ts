/** Bytes that one connection takes in the state file, part by part. */
export type StateSize = Readonly<Record<StatePart | "total", number>>;

/** Parts of a resource in the state. */
export type StatePart = "providerText" | "record" | "inputs" | "outputs" | "rest";

type Json = Record<string, unknown>;

/** How to take a part out of a resource; a part does not count what those before it have taken out. */
const removals: readonly (readonly [StatePart, (resource: Json) => Json | undefined])[] = [
  [
    "providerText",
    (resource) => omitBelow(omitBelow(resource, "inputs", "__provider"), "outputs", "__provider"),
  ],
  ["record", (resource) => omitBelow(resource, "outputs", "__fluents")],
  ["inputs", (resource) => ({ ...resource, inputs: undefined })],
  ["outputs", (resource) => ({ ...resource, outputs: undefined })],
  ["rest", () => undefined],
];

/** Measures the dynamic resources in the text of a local backend's state file. */
export function measureState(text: string): StateSize {
  const state = JSON.parse(text) as { checkpoint: { latest: { resources: Json[] } } };
  const { latest } = state.checkpoint;
  const isOurs = ({ type }: Json) => String(type).startsWith("pulumi-nodejs:dynamic");
  const others = latest.resources.filter((resource) => !isOurs(resource));
  let ours: (Json | undefined)[] = latest.resources.filter(isOurs);
  const count = ours.length;
  const write = () => {
    latest.resources = [...others, ...ours].filter((resource) => resource !== undefined);
    return Buffer.byteLength(JSON.stringify(state));
  };

  const sizes: Partial<Record<StatePart, number>> = {};
  const whole = write();
  let before = whole;
  for (const [part, remove] of removals) {
    ours = ours.map((resource) => resource && remove(resource));
    const after = write();
    sizes[part] = (before - after) / count;
    before = after;
  }
  return { ...(sizes as Record<StatePart, number>), total: (whole - before) / count };
}

function omitBelow(resource: Json, bag: string, key: string): Json {
  return { ...resource, [bag]: { ...(resource[bag] as Json), [key]: undefined } };
}
