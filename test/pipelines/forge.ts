import type { AddressInfo } from "node:net";

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";

/** A comment, note or issue. */
export interface Post {
  readonly id: number;
  /** Absent for comments and notes. */
  readonly title?: string;
  body: string;
  state: "open" | "closed";
}

/** What a token may write. */
export type Grant = "pull-requests" | "issues";

interface Params {
  readonly id: string;
}

type Fields = Partial<Record<"title" | "body" | "state" | "description" | "state_event", string>>;

/** The part of GitHub's and GitLab's APIs that the pipelines use, over HTTP on loopback, with one token. */
export class Forge {
  /** On the one pull or merge request. A stranger's comes first. */
  readonly comments: Post[] = [{ id: 1, body: "Looks good", state: "open" }];
  readonly issues: Post[] = [];
  /** Everything that was sent to it, and nothing of the token. */
  readonly received: string[] = [];
  grants: readonly Grant[] = [];
  #lastId = 1;

  private constructor(
    private readonly app: FastifyInstance,
    readonly token: string,
  ) {}

  static async start(token: string): Promise<Forge> {
    const forge = new Forge(fastify(), token);
    forge.#addRoutes("/github", "pull-requests", "/repos/acme/voice/issues/7/comments", forge.comments);
    forge.#addRoutes("/github", "issues", "/repos/acme/voice/issues", forge.issues);
    forge.#addRoutes("/gitlab", "pull-requests", "/projects/42/merge_requests/7/notes", forge.comments);
    forge.#addRoutes("/gitlab", "issues", "/projects/42/issues", forge.issues);
    await forge.app.listen({ host: "127.0.0.1", port: 0 });
    return forge;
  }

  /** Base URL of one of the two APIs. */
  url(platform: "github" | "gitlab"): string {
    return `http://127.0.0.1:${(this.app.server.address() as AddressInfo).port}/${platform}`;
  }

  close(): Promise<void> {
    return this.app.close();
  }

  #addRoutes(prefix: string, grant: Grant, path: string, posts: Post[]): void {
    // One comment is changed under another address than that of its list.
    const one = path.replace("issues/7/comments", "issues/comments");
    const show = (post: Post) => ({
      ...post,
      iid: post.id,
      url: `${this.url("github")}${one}/${post.id}`,
      user: { login: post.id === 1 ? "stranger" : "github-actions[bot]" },
    });
    const onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      this.#authorize(grant, request, reply);
      done();
    };
    this.app.get(prefix + path, { onRequest }, () => posts.filter(({ state }) => state === "open").map(show));
    this.app.post<{ Body: Fields }>(prefix + path, { onRequest }, ({ body }, reply) => {
      this.#lastId += 1;
      this.received.push(JSON.stringify(body));
      posts.push({
        id: this.#lastId,
        ...(body.title !== undefined && { title: body.title }),
        body: body.body ?? body.description ?? "",
        state: "open",
      });
      return reply.code(201).send({});
    });
    this.app.route<{ Params: Params; Body: Fields }>({
      method: ["PATCH", "PUT"],
      url: `${prefix}${one}/:id`,
      onRequest,
      handler: ({ params, body }, reply) => {
        this.received.push(JSON.stringify(body));
        const post = posts.find(({ id }) => id === Number(params.id));
        if (post === undefined) {
          return reply.code(404).send({});
        }
        post.body = body.body ?? body.description ?? post.body;
        post.state = (body.state ?? body.state_event)?.startsWith("close") ? "closed" : "open";
        return reply.send({});
      },
    });
  }

  #authorize(grant: Grant, request: FastifyRequest, reply: FastifyReply): void {
    this.received.push(`${request.method} ${request.url}`);
    const { authorization, "private-token": privateToken } = request.headers;
    if (authorization !== `Bearer ${this.token}` && privateToken !== this.token) {
      reply.code(401).send({});
    } else if (!this.grants.includes(grant)) {
      reply.code(403).send({});
    }
  }
}
