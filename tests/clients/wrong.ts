// A receipt may be gone by the hour: who takes it without looking is told by the compiler, and so is who misspells.
import createClient from "openapi-fetch";
import type { paths } from "./generated.js";

const filed = await createClient<paths>().POST("/api/v1/complaints", { body: { account: "x", could_harm: "no" } });
const receipt: string = filed.data!.receipt;
console.log(receipt, filed.data!.receit);
