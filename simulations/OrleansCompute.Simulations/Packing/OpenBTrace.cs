using System.Collections.Immutable;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Formats;

namespace OrleansCompute.Simulations.Packing;

/// <summary>Reads the lists of machines and tasks of the cluster-trace-gpu-v2023 format (CSV with a header).</summary>
public static class OpenBTrace
{
    /// <summary>Most tasks in a file: a hundred times the largest published.</summary>
    public const int MaxTasks = 1_000_000;

    /// <summary>Most machines in a file.</summary>
    public const int MaxNodes = 100_000;

    private const int MaxAsked = 100_000;

    /// <summary>Reads machines: columns sn, cpu_milli, memory_mib, gpu, model.</summary>
    /// <exception cref="TraceFormatException">A line is malformed; the message names file, line and column.</exception>
    public static ImmutableArray<PackingNode> ReadNodes(string file, TextReader text)
    {
        var table = CsvTable.Read(file, text, "sn", "cpu_milli", "memory_mib", "gpu", "model");
        var nodes = ImmutableArray.CreateBuilder<PackingNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            var name = row.Text("sn");
            var accelerators = row.Whole("gpu", 0, PackingPool.MaxAcceleratorsPerNode);
            var model = row.Optional("model");
            if (!names.Add(name))
            {
                throw row.Bad("sn", $"'{name}' is there twice; names of machines are unique.");
            }

            if (accelerators > 0 && model.Length == 0)
            {
                throw row.Bad("model", $"a machine with {accelerators} accelerators needs their model.");
            }

            if (nodes.Count == MaxNodes)
            {
                throw row.Bad("sn", $"more than {MaxNodes} machines.");
            }

            nodes.Add(new PackingNode(
                name, model, row.Whole("cpu_milli", 0, int.MaxValue), row.Whole("memory_mib", 0, int.MaxValue), accelerators));
        }

        return nodes.Count > 0 ? nodes.ToImmutable() : throw new TraceFormatException(file, 2, "sn", "there are no machines.");
    }

    /// <summary>Reads tasks: columns name, cpu_milli, memory_mib, num_gpu, gpu_milli and, where there is one, gpu_spec.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">The list.</param>
    /// <param name="refused">
    /// Where a sentence goes, with file, line and column, for each task that is well written and asks for what cannot be: parts of several
    /// accelerators, or more than a machine can have. The others are read all the same. Null, the default: such a task refuses the file.
    /// </param>
    /// <returns>The tasks, in the order of the file; empty where all are refused.</returns>
    /// <exception cref="TraceFormatException">A line is malformed; the message names file, line and column.</exception>
    public static ImmutableArray<PackingTask> ReadTasks(string file, TextReader text, ICollection<string>? refused = null)
    {
        var table = CsvTable.Read(file, text, "name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli");
        var tasks = ImmutableArray.CreateBuilder<PackingTask>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var constrained = table.Has("gpu_spec");
        foreach (var row in table.Rows)
        {
            var name = row.Text("name");
            if (!names.Add(name))
            {
                throw row.Bad("name", $"'{name}' is there twice; names of tasks are unique.");
            }

            var accelerators = row.Whole("num_gpu", 0, MaxAsked);
            var shape = new PackingShape(
                row.Whole("cpu_milli", 0, int.MaxValue), row.Whole("memory_mib", 0, int.MaxValue), accelerators,
                accelerators == 0 ? 0 : row.Whole("gpu_milli", 1, 1000), constrained && accelerators > 0 ? row.Optional("gpu_spec") : "");
            if (shape.Problem() is { } problem)
            {
                var column = accelerators > PackingPool.MaxAcceleratorsPerNode ? "num_gpu" : "gpu_milli";
                if (refused is null)
                {
                    throw row.Bad(column, problem);
                }

                refused.Add(new TraceFormatException(Path.GetFileName(file), row.Line, column, $"task '{name}' is refused: {problem}").Message);
                continue;
            }

            if (tasks.Count == MaxTasks)
            {
                throw row.Bad("name", $"more than {MaxTasks} tasks.");
            }

            tasks.Add(new PackingTask(name, row.Line, shape));
        }

        return table.Rows.Length > 0 ? tasks.ToImmutable() : throw new TraceFormatException(file, 2, "name", "there are no tasks.");
    }
}
