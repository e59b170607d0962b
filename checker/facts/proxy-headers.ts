/** Names of headers that only a security proxy adds, lower case. */
export const PROXY_HEADERS: ReadonlySet<string> = new Set([
  'cf-ray',
  'x-sucuri-id',
  'x-iinfo',
  'x-amz-cf-id',
  'x-served-by',
])
