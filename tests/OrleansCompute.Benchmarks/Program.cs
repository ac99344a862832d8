using BenchmarkDotNet.Running;
using OrleansCompute.Benchmarks.Tensors;

if (args is ["gemm", .. var rest])
{
    GemmComparison.Run(rest);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
