/** A variable that must be set for this kind of test; README.md lists them. */
export function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}: see e2e/README.md`);
  return value;
}
