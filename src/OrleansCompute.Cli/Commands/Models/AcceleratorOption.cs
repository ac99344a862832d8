using System.CommandLine;
using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Cli.Commands.Models;

/// <summary>The option that chooses where tensors are computed on this machine.</summary>
internal sealed class AcceleratorOption
{
    private readonly Option<string> _name = new("--accelerator")
    {
        Description = "Where to run: cpu (its best vector instructions), cpu-avx512, cpu-avx2, cpu-scalar, reference (slow, obvious), ilgpu, ilgpu:1, …; $OC_DRIVERS names assemblies of further drivers",
        HelpName = "NAME",
        DefaultValueFactory = _ => AcceleratorCatalogue.Best,
    };

    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads that one kernel may use, on processors.", HelpName = "N", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, CpuAccelerator.MaxThreads),
    };

    private readonly Option<string?> _memory = new("--memory")
    {
        Description = "Most memory of tensors at the same time, in bytes or as 512MB, 1GB, 1.5GiB; default: three quarters of the machine's.", HelpName = "SIZE",
    };

    /// <summary>Three quarters of the memory that the process may use: a model that wants more is refused, not the process killed.</summary>
    private static long MemoryBudgetBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    public void AddTo(Command command)
    {
        command.Options.Add(_name);
        command.Options.Add(_threads);
        command.Options.Add(_memory);
    }

    /// <exception cref="CommandException">There is no accelerator of that name, or it cannot be opened.</exception>
    public IAccelerator Open(ParseResult arguments) => Open(
        arguments.GetValue(_name)!, arguments.GetValue(_threads), arguments.GetValue(_memory) is { } memory ? ByteSize.Parse("--memory", memory, 1 << 16, 1L << 50) : null);

    /// <exception cref="CommandException">There is no accelerator of that name, or it cannot be opened.</exception>
    public static IAccelerator Open(string name, int threads, long? memoryBytes = null)
    {
        if (threads is < 1 or > CpuAccelerator.MaxThreads)
        {
            throw new CommandException($"--threads is {threads}; allowed: 1 to {CpuAccelerator.MaxThreads}.");
        }

        try
        {
            return AcceleratorDrivers.Catalogue().Open(name, new AcceleratorOptions { Threads = threads, MemoryBudgetBytes = memoryBytes ?? MemoryBudgetBytes });
        }
        catch (AcceleratorException exception)
        {
            throw new CommandException($"--accelerator is '{name}': {exception.Message}", exception);
        }
    }
}
