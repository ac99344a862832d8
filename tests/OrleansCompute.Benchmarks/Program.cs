using BenchmarkDotNet.Running;
using OrleansCompute.Benchmarks.Accelerators;
using OrleansCompute.Benchmarks.Tensors;

if (args is ["gemm", .. var rest])
{
    GemmComparison.Run(rest);
}
else if (args is ["shares", .. var seconds])
{
    await ShareMeasurement.RunAsync(seconds);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
