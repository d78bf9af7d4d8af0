/** Every conversion between units happens here; elsewhere a bare `* 1000` or `2 ** 30` is a bug waiting. */

export const bytesPerGiB = 2 ** 30;
export const bytesPerKiB = 2 ** 10;
export const bytesPerMiB = 2 ** 20;
export const msPerSecond = 1000;
export const usPerMs = 1000;
export const secondsPerHour = 3600;
export const tokensPerMillion = 1e6;
export const wattsPerMegawatt = 1e6;

export function secondsToMs(seconds: number): number {
  return seconds * msPerSecond;
}

export function msToSeconds(ms: number): number {
  return ms / msPerSecond;
}

export function usToMs(us: number): number {
  return us / usPerMs;
}

export function bytesToGiB(bytes: number): number {
  return bytes / bytesPerGiB;
}

export function giBToBytes(gib: number): number {
  return gib * bytesPerGiB;
}
