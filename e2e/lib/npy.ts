/** A NumPy array file, version 1.0, little-endian, C order. `type` is NumPy's, such as `<i4`. */
export function npy(type: string, dims: readonly number[], data: Uint8Array): Uint8Array {
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const header = Buffer.from(`${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`);
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 0xff, header.length >> 8]);
  return new Uint8Array(Buffer.concat([start, header, data]));
}
