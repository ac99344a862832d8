namespace Orleans.Runtime;

/// <summary>Work that runs when a silo has started.</summary>
public interface IStartupTask
{
    /// <summary>Does it; an exception keeps the silo from starting.</summary>
    Task Execute(CancellationToken cancellationToken);
}
