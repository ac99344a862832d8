using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>Runs a model again and again, and keeps the outputs of the last run. Not thread-safe.</summary>
internal sealed class ModelRun(IAccelerator accelerator, TimeProvider clock, RunLimits limits)
{
    private const int MaxProfiledRuns = 10;

    /// <summary>The outputs of the last run, in host memory.</summary>
    public IReadOnlyList<Tensor> Tensors { get; private set; } = [];

    /// <summary>What the passes made of the graph; null when it runs node by node.</summary>
    public ModelPasses? Passes { get; private set; }

    /// <summary>Why the model runs node by node; null when it is compiled.</summary>
    public string? NotCompiled { get; private set; }

    /// <param name="model">The model.</param>
    /// <param name="inputs">A tensor for each input.</param>
    /// <param name="repeat">Timed runs, after one to warm up.</param>
    /// <param name="profiles">Whether to measure each operator, in runs of their own.</param>
    /// <param name="cancellationToken">Ends it between two kernels.</param>
    public ModelRunResult Run(OnnxModel model, IReadOnlyDictionary<string, Tensor> inputs, int repeat, bool profiles, CancellationToken cancellationToken)
    {
        Tensor[] device = [.. model.Graph.Inputs.Select(value => ToDevice(inputs[value.Name]))];
        using var compiled = Compile(model.Graph, device);
        var interpreter = new GraphInterpreter(accelerator, limits);
        var times = new List<double>();
        var cpu = TimeSpan.Zero;
        for (var i = 0; i <= repeat; i++)
        {
            var (start, cpuStart) = (clock.GetTimestamp(), Environment.CpuUsage.TotalTime);
            compiled?.Run(cancellationToken);
            var outputs = compiled?.Outputs ?? interpreter.Run(model.Graph, device, cancellation: cancellationToken);
            accelerator.Synchronize();
            times.Add(clock.GetElapsedTime(start).TotalMilliseconds);
            cpu += i == 0 ? TimeSpan.Zero : Environment.CpuUsage.TotalTime - cpuStart;
            if (i == repeat)
            {
                Tensors = [.. outputs.Select(ToHost)];
            }

            foreach (var output in compiled is null ? outputs : [])
            {
                output.Dispose();
            }
        }

        var timed = times.Skip(1).Order().ToArray();
        var runs = Math.Min(repeat, MaxProfiledRuns);
        var profile = !profiles ? null : compiled?.Profile(clock, runs, cancellationToken) ?? interpreter.Profile(model.Graph, device, clock, runs, cancellationToken);
        return new ModelRunResult(
            accelerator.Kernels.Name,
            compiled is null ? "node by node" : "compiled",
            repeat,
            times[0],
            timed[timed.Length / 2],
            timed[(int)((timed.Length - 1) * 0.9)],
            cpu.TotalMilliseconds / repeat,
            Passes,
            profile is null ? null : OperatorTime.Of(profile),
            [.. model.OutputNames.Select((name, i) => Describe(name, Tensors[i]))]);
    }

    private static ModelRunResult.Output Describe(string name, Tensor tensor)
    {
        var values = tensor.ToDoubles();
        return values.Length == 0
            ? new ModelRunResult.Output(name, $"{tensor}", double.NaN, double.NaN, double.NaN)
            : new ModelRunResult.Output(name, $"{tensor}", values.Min(), values.Max(), values.Average());
    }

    /// <summary>The model for these sizes, optimised, with all memory planned; null where shapes depend on data: then it runs node by node.</summary>
    private CompiledGraph? Compile(Graph graph, Tensor[] inputs)
    {
        var bound = GraphSpecialiser.Bind(graph, [.. inputs.Select(input => input.Type)]);
        if (bound.Nodes.FirstOrDefault(node => node.Outputs.Any(value => !value.Type.IsStatic)) is { } open)
        {
            NotCompiled = $"the sizes of what node '{open.Name}' ({open.Operator.Name}) computes depend on data";
            return null;
        }

        var passes = new List<PassReport>();
        var optimised = GraphOptimiser.Optimise(bound, accelerator, passes.Add);
        var compiled = new CompiledGraph(optimised, accelerator, new CompileOptions
        {
            Inputs = inputs, Optimise = false, ChecksFinite = limits.ChecksFinite, MaxTrips = limits.MaxTrips,
        });
        Passes = new ModelPasses(bound.Nodes.Count, optimised.Nodes.Count, compiled.Memory.UnplannedBytes, compiled.Memory.ArenaBytes, PassReport.Total(passes));
        return compiled;
    }

    private Tensor ToDevice(Tensor host)
    {
        var tensor = accelerator.Memory.Allocate(host.Type);
        accelerator.CopyToDevice(host, tensor);
        return tensor;
    }

    private Tensor ToHost(Tensor output)
    {
        var host = Tensor.Zeros(output.Type);
        using var dense = output.Contiguous(accelerator.Memory);
        accelerator.CopyToHost(dense, host);
        return host;
    }
}
