namespace OrleansCompute.Storage.Sqlite;

/// <summary>One step forward of the schema. Steps are never changed once released; a change is a new step.</summary>
/// <param name="Version">1 for the first, ascending by 1.</param>
/// <param name="Name">What it adds.</param>
/// <param name="Script">Statements, run in one transaction.</param>
internal sealed record SchemaMigration(int Version, string Name, string Script);
