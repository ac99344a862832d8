using System.Collections.Immutable;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Tables;

namespace OrleansCompute.Simulations.Packing;

/// <summary>Reads the lists of machines and tasks of the cluster-trace-gpu-v2023 format (CSV with a header).</summary>
public static class OpenBTrace
{
    /// <summary>Most tasks in a file: a hundred times the largest published.</summary>
    public const int MaxTasks = 1_000_000;

    /// <summary>Most machines in a file.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>Reads machines: columns sn, cpu_milli, memory_mib, gpu, model.</summary>
    /// <exception cref="TableFormatException">A line is malformed; the message names file, line and column.</exception>
    public static ImmutableArray<PackingNode> ReadNodes(string file, TextReader text)
    {
        using var table = TableReader.WithHeader(file, text, ',', "sn", "cpu_milli", "memory_mib", "gpu", "model");
        var nodes = ImmutableArray.CreateBuilder<PackingNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (table.Read())
        {
            var name = table.Text("sn");
            var accelerators = (int)table.Whole("gpu", 0, PackingPool.MaxAcceleratorsPerNode);
            var model = table.Text("model");
            if (name.Length == 0 || !names.Add(name))
            {
                throw table.Error("sn", $"'{name}' is empty or there twice; names of machines are unique.");
            }

            if (accelerators > 0 && model.Length == 0)
            {
                throw table.Error("model", $"a machine with {accelerators} accelerators needs their model.");
            }

            if (nodes.Count == MaxNodes)
            {
                throw table.Error("sn", $"more than {MaxNodes} machines.");
            }

            nodes.Add(new PackingNode(
                name, model, (int)table.Whole("cpu_milli", 0, int.MaxValue), table.Whole("memory_mib", 0, long.MaxValue / 2), accelerators));
        }

        return nodes.Count > 0 ? nodes.ToImmutable() : throw new TableFormatException(file, 2, "1 (sn)", "there are no machines.");
    }

    /// <summary>Reads tasks: columns name, cpu_milli, memory_mib, num_gpu, gpu_milli and, where there is one, gpu_spec.</summary>
    /// <exception cref="TableFormatException">A line is malformed; the message names file, line and column.</exception>
    public static ImmutableArray<PackingShape> ReadTasks(string file, TextReader text)
    {
        using var table = TableReader.WithHeader(file, text, ',', "name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli");
        var tasks = ImmutableArray.CreateBuilder<PackingShape>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var constrained = table.Has("gpu_spec");
        while (table.Read())
        {
            var name = table.Text("name");
            if (name.Length == 0 || !names.Add(name))
            {
                throw table.Error("name", $"'{name}' is empty or there twice; names of tasks are unique.");
            }

            var accelerators = (int)table.Whole("num_gpu", 0, PackingPool.MaxAcceleratorsPerNode);
            var shape = new PackingShape(
                (int)table.Whole("cpu_milli", 0, int.MaxValue), table.Whole("memory_mib", 0, long.MaxValue / 2), accelerators,
                accelerators == 0 ? 0 : (int)table.Whole("gpu_milli", 1, 1000), constrained && accelerators > 0 ? table.Text("gpu_spec") : "");
            if (shape.Problem() is { } problem)
            {
                throw table.Error("gpu_milli", problem);
            }

            if (tasks.Count == MaxTasks)
            {
                throw table.Error("name", $"more than {MaxTasks} tasks.");
            }

            tasks.Add(shape);
        }

        return tasks.Count > 0 ? tasks.ToImmutable() : throw new TableFormatException(file, 2, "1 (name)", "there are no tasks.");
    }
}
