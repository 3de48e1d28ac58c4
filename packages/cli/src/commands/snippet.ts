import { defaultLender } from "@fedbucket/client/node";
import { Argument, Command } from "commander";
import { type CommonOptions, withCommonOptions } from "../common-options.ts";
import type { Context } from "../context.ts";
import { openSession } from "../session.ts";

type Library = "xarray" | "s3fs";

export function command(context: Context): Command {
  return withCommonOptions(new Command("snippet"))
    .addArgument(new Argument("<library>").choices(["xarray", "s3fs"]))
    .description("Prints Python that works with this connection. It holds no secret: the keys are lent by the profile.")
    .action((library: Library, options: CommonOptions) => run(context, library, options));
}

async function run(context: Context, library: Library, options: CommonOptions): Promise<void> {
  const { name } = await openSession(context, options);
  const isDefault = (await defaultLender(context.env)) === name;
  const code = snippets[library](isDefault ? undefined : name);
  context.stdout.write(options.json === true ? `${JSON.stringify({ library, profile: name, code })}\n` : code);
}

/** `profile` is undefined where the default profile is the right one. */
const snippets: Readonly<Record<Library, (profile: string | undefined) => string>> = {
  xarray: (profile) => {
    const options = profile === undefined ? "" : `, storage_options={"profile": "${profile}"}`;
    return `import numpy as np
import xarray as xr

sst = xr.Dataset({"sst": (("lat", "lon"), np.random.rand(180, 360))})
sst.to_zarr("s3://my-bucket/sst.zarr", mode="w"${options})
print(xr.open_zarr("s3://my-bucket/sst.zarr"${options}))
`;
  },
  s3fs: (profile) => `import s3fs

fs = s3fs.S3FileSystem(${profile === undefined ? "" : `profile="${profile}"`})
print(fs.ls(""))
with fs.open("my-bucket/hello.txt", "w") as file:
    file.write("hello")
`,
};
