// SDKs tell of trouble on the console when they have no other way.

/// Runs `body` and gives every console.error and console.warn line that was written meanwhile.
export async function consoleComplaints(body) {
    const complaints = [];
    const saved = { error: console.error, warn: console.warn };
    for (const level of Object.keys(saved)) console[level] = (...parts) => complaints.push(`${level}: ${parts.join(' ')}`);
    try {
        await body();
    } finally {
        Object.assign(console, saved);
    }
    return complaints;
}
