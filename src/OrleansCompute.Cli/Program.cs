using System.CommandLine;

return await new RootCommand("OrleansCompute: one compute fabric for cloud, edge and device.").Parse(args).InvokeAsync();
