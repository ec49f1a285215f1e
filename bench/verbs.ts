/** Something that a user does with a stack. */
export interface Verb {
  readonly slug: VerbSlug;
  readonly title: string;
  /** Arguments of `pulumi`. */
  readonly args: readonly string[];
  /** Which connections the program gives new credentials. */
  readonly rotation: "none" | "one" | "all";
}

/** Short names of the verbs. */
export type VerbSlug = "create" | "preview" | "up" | "refresh" | "rotate-one" | "rotate-all" | "destroy";

const up = ["up", "--yes", "--skip-preview"];

/** In the order in which they are run, each on what the one before it left. */
export const verbs: readonly Verb[] = [
  { slug: "create", title: "first `up`", args: up, rotation: "none" },
  { slug: "preview", title: "`preview`, no change", args: ["preview"], rotation: "none" },
  { slug: "up", title: "`up`, no change", args: up, rotation: "none" },
  { slug: "refresh", title: "`refresh`", args: ["refresh", "--yes", "--skip-preview"], rotation: "none" },
  { slug: "rotate-one", title: "rotation of one", args: up, rotation: "one" },
  { slug: "rotate-all", title: "rotation of all", args: up, rotation: "all" },
  { slug: "destroy", title: "`destroy`", args: ["destroy", "--yes", "--skip-preview"], rotation: "all" },
];
