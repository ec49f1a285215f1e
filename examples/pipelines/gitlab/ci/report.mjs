// Keeps one note on the merge request, or one issue, about the stack: `note FILE`, `issue FILE` or `close-issue`.
// GITLAB_TOKEN is a project access token with the scope `api`, as a job's own token may not write either.
import { readFileSync } from "node:fs";
import process from "node:process";

const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, CI_JOB_URL, GITLAB_TOKEN, PULUMI_STACK } =
  process.env;
const [action, file] = process.argv.slice(2);

async function call(method, path, body) {
  const response = await fetch(`${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/${path}`, {
    method,
    headers: { "PRIVATE-TOKEN": GITLAB_TOKEN, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`GitLab answered ${response.status} to ${method} ${path}`);
  }
  return response;
}

async function find(path, isMine) {
  for (let page = "1"; page;) {
    const response = await call("GET", `${path}&per_page=100&page=${page}`);
    const found = (await response.json()).find(isMine);
    if (found) {
      return found;
    }
    page = response.headers.get("x-next-page");
  }
  return undefined;
}

/** The end of the output, indented: so it stays one block of code, whatever is in it. */
function quoteOutput() {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-2000);
  return `The end of the output; all of it is an artifact of ${CI_JOB_URL}.\n\n${lines
    .map((line) => `    ${line.slice(0, 200)}`)
    .join("\n")}\n`;
}

async function writeNote() {
  const title = `### Preview of \`${PULUMI_STACK}\``;
  const notes = `merge_requests/${CI_MERGE_REQUEST_IID}/notes`;
  const body = `${title}\n\n${quoteOutput()}`;
  const mine = await find(`${notes}?sort=asc`, (note) => note.body.startsWith(title));
  await (mine ? call("PUT", `${notes}/${mine.id}`, { body }) : call("POST", notes, { body }));
}

async function writeIssue(isDrifted) {
  const title = `Drift in ${PULUMI_STACK}`;
  const mine = await find(`issues?state=opened&in=title&search=${encodeURIComponent(title)}`, (issue) => {
    return issue.title === title;
  });
  if (!isDrifted) {
    await (mine && call("PUT", `issues/${mine.iid}`, { state_event: "close" }));
    return;
  }
  const description = `The default branch and Fluents differ; a pipeline run by hand with REFRESH=true puts it back.\n${quoteOutput()}`;
  await (mine
    ? call("PUT", `issues/${mine.iid}`, { description })
    : call("POST", "issues", { title, description }));
}

const actions = {
  note: writeNote,
  issue: () => writeIssue(true),
  "close-issue": () => writeIssue(false),
};
await actions[action]();
