// The same by a client whose types were generated: what comes back has a type, and it is not `never`.
import createClient from "openapi-fetch";
import type { components, paths } from "./generated.js";

declare const process: { argv: string[] };
const [address, other] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: address });
const by = (receipt: string) => ({ headers: { Authorization: `Receipt ${receipt}` } });

const filed = await api.POST("/api/v1/complaints", {
  body: { account: "They pushed me at the gate.", could_harm: "no" },
});
if (!filed.data || !filed.data.receipt) throw new Error(filed.error?.detail ?? "no receipt");
const receipt: string = filed.data.receipt;

const read = await api.GET("/api/v1/case", by(receipt));
const shown: components["schemas"]["Case"] | undefined = read.data;
const written = await api.POST("/api/v1/case/messages", { body: { message: "In the evening.", audience: "secretariat" }, ...by(receipt) });
const said = (written.data?.messages ?? []).flatMap((one) => one.says.map(([, answer]) => answer));

const remedy = { params: { path: { number: 1, verb: "accept" as const } }, body: {}, ...by(other) };
const accepted = await api.POST("/api/v1/case/remedies/{number}/{verb}", remedy);
const refused = await api.POST("/api/v1/case/remedies/{number}/{verb}", remedy);
const problem: components["schemas"]["Problem"] | undefined = refused.error;

console.log(JSON.stringify({
  receipt, reference: shown?.reference, state: shown?.state, due: shown?.next[0].due_on, said,
  remedy: accepted.data?.remedies[0].status, refused: [problem?.status, problem?.errors?.[0].field],
}));
