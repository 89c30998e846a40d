export { http, type Rpc } from "./chain.ts";
export { type Hex, Refused } from "./bytes.ts";
export {
  linkFragment,
  type Options,
  type Report,
  type Row,
  type RowName,
  type State,
  type Verdict,
  verify,
} from "./verify.ts";
