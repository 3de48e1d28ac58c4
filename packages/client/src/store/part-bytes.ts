/** The metadata that says how an object was cut into parts, without which its ETag cannot be checked for sure. */
export const partBytesName = "fedbucket-part-bytes";

/** In place of a number: the parts grow as those of streams do. */
export const asStreamed = "stream";
