/** Names that Windows gives to devices, with any extension. */
const windowsDevices = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/**
 * Whether a part of an object's name can be the name of a file, and of that file only: `..` and separators would lead
 * out of the folder, and Windows drops what it does not like.
 */
export function isSafeFileName(name: string, platform: string = process.platform): boolean {
  if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) return false;
  if (Buffer.byteLength(name) > 255) return false;
  // eslint-disable-next-line no-control-regex -- those are what Windows refuses
  return platform !== "win32" || !(/[<>:"|?*\\\x01-\x1f]|[. ]$/.test(name) || windowsDevices.test(name));
}
