using OrleansCompute.Tensors.Accelerators;

namespace OrleansCompute.Cli.Commands;

/// <summary>The accelerators that this program can open: those of the library, and those of assemblies that the environment names.</summary>
internal static class AcceleratorDrivers
{
    /// <summary>Files of drivers, separated as in PATH.</summary>
    public const string Variable = "OC_DRIVERS";

    /// <summary>The drivers of the files.</summary>
    /// <exception cref="CommandException">A file holds none.</exception>
    public static IReadOnlyList<IAcceleratorDriver> Further()
    {
        var files = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            return [.. files.SelectMany(DriverLibrary.Load)];
        }
        catch (AcceleratorException exception)
        {
            throw new CommandException($"{Variable}: {exception.Message}", exception);
        }
    }

    /// <summary>All of them.</summary>
    /// <exception cref="CommandException">A file holds none, or two have the same name.</exception>
    public static AcceleratorCatalogue Catalogue()
    {
        try
        {
            return new AcceleratorCatalogue([.. AcceleratorCatalogue.CreateDefault().Drivers, .. Further()]);
        }
        catch (ArgumentException exception)
        {
            throw new CommandException($"{Variable}: {exception.Message}", exception);
        }
    }
}
